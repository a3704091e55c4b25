// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IFeeRouter} from "../../contracts/mining/IFeeRouter.sol";
import {IMiningPool} from "../../contracts/mining/IMiningPool.sol";
import {EpochBook, NodeAccount, RewardTerms} from "../../contracts/mining/IRewardDistributor.sol";
import {RewardDistributor} from "../../contracts/mining/RewardDistributor.sol";
import {Track} from "../../contracts/mining/Track.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {DirectoryDouble} from "../support/Doubles.t.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives the whole reward side: every external function of distributor, fee router and pool, honest and hostile.
contract RewardDistributorHandler is Handler {
    uint256 public constant NODES = 6;

    RewardDistributor public immutable distributor;
    IMiningPool public immutable pool;
    IFeeRouter public immutable router;
    CorexToken public immutable token;
    DirectoryDouble public immutable directory;

    // Ghosts.
    uint256 public donated;
    uint256 public credits;
    uint256 public settlements;
    uint256 public lastEpoch;
    mapping(uint256 epoch => mapping(uint256 node => uint256 points)) public computePoints;
    mapping(uint256 epoch => mapping(uint256 node => uint256 points)) public validatePoints;
    /// @dev The largest cap the node had while it was credited in the epoch.
    mapping(uint256 epoch => mapping(uint256 node => uint256 cap)) public largestCap;
    mapping(uint256 epoch => uint256 points) public networkComputePoints;
    mapping(uint256 epoch => uint256 points) public networkValidatePoints;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        directory = new DirectoryDouble();
        distributor = new RewardDistributor(address(manager), directory, RewardTerms(8_000, 10_000, 5_000, 200, 2e9));
        pool = distributor.pool();
        router = distributor.feeRouter();
        token = pool.token();
        for (uint256 node = 1; node <= NODES; ++node) {
            directory.set(_id(node), _payout(node), 10 ** (node * 3));
        }
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 2 days);
        vm.warp(clock);
    }

    function creditMatched(uint256 nodeSeed, bool validates, uint256 work, uint256 fee) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES + 1);
        if (fee % 4 != 0) fee = bound(fee, 0, 1e26);
        uint256 points = distributor.creditMatched(_id(node), _track(validates), work, fee);
        uint256 epoch = _credited(node, validates, points);
        require(points <= work, "more than the work");
        EpochBook memory book = distributor.bookOf(epoch);
        // FM-45: at the most generous, the pool adds match * fee. Exact products, since a real fee is below 2^128.
        if (fee < 2 ** 128) {
            require(points * book.maxRewardPerPoint * 10_000 <= fee * book.matchBps, "more than the match");
        }
    }

    function creditNetwork(uint256 nodeSeed, bool validates, uint256 work) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES + 1);
        uint256 points = distributor.creditNetwork(_id(node), _track(validates), work);
        uint256 epoch = _credited(node, validates, points);
        if (validates) networkValidatePoints[epoch] += points;
        else networkComputePoints[epoch] += points;
        require(points <= work, "more than the work");
        EpochBook memory book = distributor.bookOf(epoch);
        uint256 share = validates ? 10_000 - book.computeShareBps : book.computeShareBps;
        uint256 network = validates ? book.networkValidatePoints : book.networkComputePoints;
        require(
            network * book.maxRewardPerPoint * 10_000 <= ((book.budget * share) / 10_000) * book.networkShareBps,
            "more than the network share"
        );
    }

    function creditAsStranger(address stranger, uint256 work) external onTime {
        if (stranger == address(this)) return;
        mustFail(
            stranger,
            address(distributor),
            abi.encodeCall(distributor.creditNetwork, (_id(1), Track.ComputePoC, work))
        );
        mustFail(
            stranger,
            address(distributor),
            abi.encodeCall(distributor.creditMatched, (_id(1), Track.ComputePoC, work, work))
        );
    }

    function seize(address stranger, address newAuthority, uint256 share) external onTime {
        if (stranger == address(this) || stranger == distributor.authority()) return;
        bytes memory seizing = abi.encodeWithSignature("setAuthority(address)", newAuthority);
        mustFail(stranger, address(distributor), seizing);
        mustFail(stranger, address(router), seizing);
        mustFail(stranger, address(router), abi.encodeCall(router.setBurnShare, (share)));
        mustFail(stranger, address(distributor), abi.encodeCall(distributor.setTerms, (distributor.terms())));
        mustFail(address(this), address(router), abi.encodeCall(router.setBurnShare, (bound(share, 10_001, 2 ** 200))));
    }

    function settle(uint256 first, uint256 second, uint256 third) external onTime {
        NodeId[] memory nodes = new NodeId[](3);
        nodes[0] = _id(bound(first, 0, NODES + 1));
        nodes[1] = _id(bound(second, 0, NODES + 1));
        nodes[2] = _id(bound(third, 0, NODES + 1));
        distributor.settle(nodes);
        ++settlements;
    }

    function settleAll() public onTime {
        NodeId[] memory nodes = new NodeId[](NODES);
        for (uint256 node = 1; node <= NODES; ++node) nodes[node - 1] = _id(node);
        distributor.settle(nodes);
        ++settlements;
    }

    function setTerms(uint16 compute, uint16 matching, uint16 network, uint16 fee, uint64 perPoint) external onTime {
        distributor.setTerms(
            RewardTerms({
                computeShareBps: uint16(bound(compute, 6_000, 9_000)),
                matchBps: uint16(bound(matching, 0, 20_000)),
                networkShareBps: uint16(bound(network, 0, 10_000)),
                claimFeeBps: uint16(bound(fee, 0, 500)),
                maxRewardPerPoint: uint64(bound(perPoint, 1, 1e12))
            })
        );
    }

    function setBadTerms(uint16 compute, uint64 perPoint) external onTime {
        RewardTerms memory bad = RewardTerms(8_000, 10_000, 5_000, 200, 2e9);
        if (compute < 6_000 || compute > 9_000) bad.computeShareBps = compute;
        else if (perPoint == 0 || perPoint > 1e12) bad.maxRewardPerPoint = perPoint;
        else return;
        mustFail(address(this), address(distributor), abi.encodeCall(distributor.setTerms, (bad)));
    }

    function setCapacity(uint256 nodeSeed, uint256 capacity) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        if (capacity % 8 != 0) capacity = bound(capacity, 0, 1e18);
        directory.set(_id(node), directory.payoutOf(_id(node)), capacity);
    }

    function togglePayout(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        address payout = directory.payoutOf(_id(node)) == address(0) ? _payout(node) : address(0);
        directory.set(_id(node), payout, directory.dailyCapacityOf(_id(node)));
    }

    function setBurnShare(uint256 share) external onTime {
        router.setBurnShare(bound(share, 0, 10_000));
    }

    function flush() external onTime {
        uint256 held = token.balanceOf(address(router));
        (uint256 burned, uint256 replenished) = router.flush();
        require(burned + replenished == held && token.balanceOf(address(router)) == 0, "flush kept something");
    }

    function donate(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 amount = bound(amountSeed, 0, token.balanceOf(payout));
        vm.prank(payout);
        token.transfer(address(distributor), amount);
        donated += amount;
    }

    function replenish(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 balance = token.balanceOf(payout);
        if (balance == 0) return;
        uint256 amount = bound(amountSeed, 1, balance);
        vm.prank(payout);
        token.approve(address(pool), amount);
        vm.prank(payout);
        pool.replenish(amount);
    }

    function burn(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 amount = bound(amountSeed, 0, token.balanceOf(payout));
        vm.prank(payout);
        token.burn(amount);
    }

    /// @dev Sum of the rewards that were drawn from the pool and not paid: closed epochs' accounts.
    function unpaid() external view returns (uint256 sum) {
        for (uint256 node = 1; node <= NODES; ++node) {
            NodeAccount memory account = distributor.accountOf(_id(node));
            if (pool.releasedIn(account.epoch) == 0) continue;
            EpochBook memory book = distributor.bookOf(account.epoch);
            sum += uint256(account.computePoints) * _perPoint(book, book.computeShareBps, book.computePoints);
            sum +=
                uint256(account.validatePoints) * _perPoint(book, 10_000 - book.computeShareBps, book.validatePoints);
        }
    }

    function id(uint256 node) external pure returns (NodeId) {
        return _id(node);
    }

    function _credited(uint256 node, bool validates, uint256 points) private returns (uint256 epoch) {
        epoch = pool.currentEpoch();
        require(distributor.openEpoch() == epoch, "the book of the running epoch is open");
        lastEpoch = epoch;
        if (points == 0) return epoch;
        ++credits;
        if (validates) validatePoints[epoch][node] += points;
        else computePoints[epoch][node] += points;
        uint256 capacity = directory.dailyCapacityOf(_id(node));
        uint256 cap = capacity > 1e30 ? 1e36 : (capacity * 1e6 * 12) / 10;
        if (cap > largestCap[epoch][node]) largestCap[epoch][node] = cap;
    }

    function _perPoint(EpochBook memory book, uint256 shareBps, uint256 points) private pure returns (uint256) {
        if (points == 0) return 0;
        uint256 affordable = ((book.budget * shareBps) / 10_000) / points;
        return affordable < book.maxRewardPerPoint ? affordable : book.maxRewardPerPoint;
    }

    function _track(bool validates) private pure returns (Track) {
        return validates ? Track.StakeToValidate : Track.ComputePoC;
    }

    function _payout(uint256 node) private pure returns (address) {
        return address(uint160(0xc0ffee00 + node));
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }
}

contract RewardDistributorInvariants {
    RewardDistributorHandler private _handler;

    function setUp() public {
        _handler = new RewardDistributorHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Solvency: the distributor holds exactly what it owes, and what was given to it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_1() public view {
        require(
            _handler.token().balanceOf(address(_handler.distributor())) == _handler.unpaid() + _handler.donated(),
            "INV-RWD-1"
        );
        require(_handler.token().balanceOf(address(_handler.pool())) >= _handler.pool().remaining(), "pool insolvent");
    }

    /// @dev The points of a book are its nodes' points, and what it draws is within its budget.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_2() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            EpochBook memory book = _handler.distributor().bookOf(epoch);
            uint256 compute = 0;
            uint256 validate = 0;
            for (uint256 node = 0; node <= _handler.NODES() + 1; ++node) {
                compute += _handler.computePoints(epoch, node);
                validate += _handler.validatePoints(epoch, node);
            }
            require(book.computePoints == compute && book.validatePoints == validate, "INV-RWD-2");
            require(_handler.pool().releasedIn(epoch) <= book.budget, "INV-MIN-1");
        }
    }

    /// @dev No node has more points than the largest cap it had in that epoch.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_3() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            for (uint256 node = 0; node <= _handler.NODES() + 1; ++node) {
                uint256 points = _handler.computePoints(epoch, node) + _handler.validatePoints(epoch, node);
                require(points <= _handler.largestCap(epoch, node), "INV-RWD-3");
            }
        }
    }

    /// @dev Network points are counted exactly, and stay within their share; the handler checks the match at each credit.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_4() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            EpochBook memory book = _handler.distributor().bookOf(epoch);
            require(book.networkComputePoints == _handler.networkComputePoints(epoch), "INV-RWD-4: compute");
            require(book.networkValidatePoints == _handler.networkValidatePoints(epoch), "INV-RWD-4: validate");
            uint256 cost = uint256(book.networkComputePoints + book.networkValidatePoints) * book.maxRewardPerPoint;
            require(cost * 10_000 <= uint256(book.budget) * book.networkShareBps, "INV-RWD-4: share");
        }
    }

    /// @dev A flush leaves nothing behind; the handler checks each one, here that none is needed to hold the pool's ledger.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_FEE_1() public view {
        CorexToken token = _handler.token();
        uint256 outside = token.totalSupply() - token.balanceOf(address(_handler.pool()));
        require(token.balanceOf(address(_handler.router())) <= outside, "INV-FEE-1");
        require(token.balanceOf(address(_handler.pool())) == _handler.pool().remaining(), "INV-FEE-1: ledger");
    }

    /// @dev Whatever happened, everyone with a payout address can be paid in full.
    function afterInvariant() public {
        uint256 last = _handler.lastEpoch();
        _handler.warp(2 days);
        _handler.warp(2 days);
        _handler.settleAll();
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            NodeAccount memory account = _handler.distributor().accountOf(_handler.id(node));
            bool payable_ = _handler.directory().payoutOf(_handler.id(node)) != address(0);
            require(!payable_ || account.computePoints + account.validatePoints == 0, "stranded");
        }
        require(_handler.pool().remaining() <= 100_000_000e18, "ledger above supply");
        require(last == _handler.lastEpoch(), "settling is no credit");
    }
}
