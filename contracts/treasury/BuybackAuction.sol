// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Brake} from "../governance/Brake.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {WAD} from "../types/Units.sol";
import {Auction, IBuybackAuction} from "./IBuybackAuction.sol";
import {Budget, ITreasury} from "./ITreasury.sol";

/// @title BuybackAuction
/// @dev INVARIANTS
/// - INV-BUY-1: whatever is bought, CXT worth at least the floor price is burned for it in the same call; no CXT stays or is sold.
/// - INV-BUY-2: the balance of an asset is at least what is left of its auction; at most a lot a day is sold.
/// @dev ROUNDING
/// - The cost up.
/// @dev TRUST
/// - The DAO chooses assets, lots and prices. An asset that takes fees on transfer sells what arrived.
/// @dev LIVENESS
/// - Anyone starts, buys and ends; nobody is called but the two tokens and the treasury.
contract BuybackAuction is IBuybackAuction, Brake {
    using SafeERC20 for IERC20;

    /// @dev Chosen by the DAO.
    struct Terms {
        uint128 lotCap;
        uint128 startPrice;
        uint128 floorPrice;
    }

    /// @notice Length of an auction, and least time between the begins of two of an asset.
    uint256 public constant DURATION = 1 days;

    /// @notice The price falls at most to a thousandth.
    uint256 public constant MAX_FALL = 1_000;

    CorexToken private immutable _token;
    ITreasury private immutable _treasury;

    mapping(address asset => Terms terms) private _terms;
    mapping(address asset => Auction auction) private _auctions;

    constructor(address initialAuthority, CorexToken cxt, ITreasury treasury) AccessManaged(initialAuthority) {
        _token = cxt;
        _treasury = treasury;
    }

    /// @inheritdoc IBuybackAuction
    function setTerms(address asset, uint128 lotCap, uint128 startPrice, uint128 floorPrice) external restricted {
        // Check: another token, and a price that falls, not to nothing.
        require(asset != address(_token) && asset.code.length != 0, BuybackNotCXT(asset));
        if (lotCap != 0) {
            require(floorPrice != 0, BuybackBadTerms("floorPrice", floorPrice, 1));
            require(startPrice >= floorPrice, BuybackBadTerms("startPrice", startPrice, floorPrice));
            uint256 most = uint256(floorPrice) * MAX_FALL;
            require(startPrice <= most, BuybackBadTerms("startPrice", startPrice, most));
        }

        // Effect: for auctions that start later.
        _terms[asset] = Terms({lotCap: lotCap, startPrice: startPrice, floorPrice: floorPrice});

        emit TermsChanged(asset, lotCap, startPrice, floorPrice);
    }

    /// @inheritdoc IBuybackAuction
    function start(address asset) external whenRunning returns (uint256 lot) {
        // Check: wanted, a day after the last begin, and there is something to sell.
        Terms memory terms = _terms[asset];
        require(terms.lotCap != 0, BuybackNoTerms(asset));
        uint256 endsAt = _endOf(asset);
        require(block.timestamp >= endsAt, BuybackRunning(asset, endsAt));
        _returnRest(asset);
        uint256 amount = Math.min(terms.lotCap, _treasury.availableOf(Budget.Buyback, asset));
        require(amount != 0, BuybackTooMuch(amount, 0));

        // Interaction: first, so that what arrived is sold; a token that calls back finds the day taken.
        _auctions[asset].startedAt = uint40(block.timestamp);
        uint256 before = IERC20(asset).balanceOf(address(this));
        _treasury.fundBuyback(asset, amount);
        lot = Math.min(IERC20(asset).balanceOf(address(this)) - before, amount);

        // Effect: the auction. Casts are safe: at most the cap; seconds.
        _auctions[asset] = Auction({
            lot: uint128(lot),
            sold: 0,
            startPrice: terms.startPrice,
            floorPrice: terms.floorPrice,
            startedAt: uint40(block.timestamp)
        });

        emit AuctionStarted(asset, lot, terms.startPrice, terms.floorPrice);
    }

    /// @inheritdoc IBuybackAuction
    function buy(address asset, uint256 amount, uint256 maxPrice) external whenRunning returns (uint256 cost) {
        // Check: it runs, has that much, at a price that the buyer takes.
        uint256 price = priceOf(asset);
        require(price != 0, BuybackNotRunning(asset));
        require(price <= maxPrice, BuybackTooExpensive(price, maxPrice));
        Auction storage auction = _auctions[asset];
        uint256 left = auction.lot - auction.sold;
        require(amount != 0 && amount <= left, BuybackTooMuch(amount, left));
        cost = Math.mulDiv(amount, price, WAD, Math.Rounding.Ceil);

        // Effect: sold. Cast is safe: at most the lot.
        auction.sold += uint128(amount);

        emit Bought(asset, msg.sender, amount, cost, price);

        // Interaction: the CXT is burned from the buyer, then the asset leaves.
        _token.burnFrom(msg.sender, cost);
        IERC20(asset).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IBuybackAuction
    function end(address asset) external {
        // Check: its time is over.
        uint256 endsAt = _endOf(asset);
        require(endsAt != 0, BuybackNotRunning(asset));
        require(block.timestamp >= endsAt, BuybackRunning(asset, endsAt));

        _returnRest(asset);
    }

    /// @inheritdoc IBuybackAuction
    function auctionOf(address asset) external view returns (Auction memory) {
        return _auctions[asset];
    }

    /// @inheritdoc IBuybackAuction
    function termsOf(address asset) external view returns (uint256 lotCap, uint256 startPrice, uint256 floorPrice) {
        Terms memory terms = _terms[asset];
        return (terms.lotCap, terms.startPrice, terms.floorPrice);
    }

    /// @inheritdoc IBuybackAuction
    function priceOf(address asset) public view returns (uint256 price) {
        Auction memory auction = _auctions[asset];
        if (auction.sold == auction.lot || block.timestamp >= _endOf(asset)) return 0;
        uint256 fall = uint256(auction.startPrice) - auction.floorPrice;
        return auction.startPrice - (fall * (block.timestamp - auction.startedAt)) / DURATION;
    }

    /// @dev Sends what was not sold back, once.
    function _returnRest(address asset) private {
        Auction storage auction = _auctions[asset];
        uint256 rest = auction.lot - auction.sold;
        if (rest == 0) return;
        auction.sold = auction.lot;

        emit AuctionEnded(asset, rest);

        IERC20(asset).safeTransfer(address(_treasury), rest);
    }

    /// @dev Second at which the present or last auction of an asset ends; zero for none.
    function _endOf(address asset) private view returns (uint256) {
        uint256 startedAt = _auctions[asset].startedAt;
        return startedAt == 0 ? 0 : startedAt + DURATION;
    }
}
